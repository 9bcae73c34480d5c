"""The signed repository of a hub on PostgreSQL: the tests of trust_test.py, each class once more."""

import trust_test
from hub import OnPostgres
from program import run_tests


class Changed(OnPostgres):
    def change_database(self, statement):
        self.postgres.sql(statement)


for name, case in list(vars(trust_test).items()):
    if isinstance(case, type) and issubclass(case, trust_test.Case) and case is not trust_test.Case:
        globals()[name + "OnPostgres"] = type(name + "OnPostgres", (Changed, case),
                                              {"__module__": __name__})

if __name__ == "__main__":
    run_tests()
