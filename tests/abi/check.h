/* What the programs here check with: a check that fails says where, and the program ends with 1. */
#pragma once

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                  \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      fprintf(stderr, "%s:%d: it should hold that %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                            \
    }                                                                                     \
  } while (0)

/* What the reporter was last told. */
static char last_report[1024];
static void keep_report(void* user_data, const char* format, va_list args) {
  (void)user_data;
  vsnprintf(last_report, sizeof last_report, format, args);
}
#define CHECK_REPORTED(text) CHECK(strstr(last_report, (text)) != NULL)
