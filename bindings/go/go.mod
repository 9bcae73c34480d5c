module samara

go 1.21
