"""The last line counts, as scripts/steps.sh reads it."""


def pytest_unconfigure(config):
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter:
        number = {k: len(reporter.stats.get(k, [])) for k in ("passed", "failed", "error", "skipped")}
        failed = number["failed"] + number["error"]
        print(f"\n{number['passed']} passed, {failed} failed, {number['skipped']} skipped")
