// Nothing: the library is loaded for the one that it is linked to.
