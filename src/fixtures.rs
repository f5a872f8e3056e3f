//! Which parameters of a new pytest function does nobody provide?
//!
//! A fixture may come from the file, from `conftest.py` or from a plugin that nobody sees. So only a parameter whose name
//! stands nowhere else in the Python of the repository is named, and only where no decorator may fill it and the
//! change adds no package that may bring it along.

use crate::{
    code::{
        LanguageId,
        facts::{Definition, DefinitionKind, FileFacts, TestDefinition, TestKind},
    },
    evidence::{
        Supplied,
        change::{Change, Version},
        code::Both,
    },
    search::{Search, holds_identifier},
};

/// Fixtures of pytest itself and of the plugins that many projects use.
const KNOWN: &[&str] = &[
    "admin_client",
    "admin_user",
    "aiohttp_client",
    "aiohttp_server",
    "aioresponses",
    "anyio_backend",
    "anyio_backend_name",
    "anyio_backend_options",
    "app",
    "async_client",
    "async_rf",
    "benchmark",
    "benchmark_weave",
    "browser",
    "browser_context_args",
    "browser_name",
    "cache",
    "caplog",
    "capfd",
    "capfdbinary",
    "capsys",
    "capsysbinary",
    "capteesys",
    "celery_app",
    "celery_session_app",
    "celery_worker",
    "class_mocker",
    "client",
    "console_scripts",
    "context",
    "cov",
    "data_regression",
    "datadir",
    "dataframe_regression",
    "db",
    "django_assert_max_num_queries",
    "django_assert_num_queries",
    "django_capture_on_commit_callbacks",
    "django_db_blocker",
    "django_db_setup",
    "django_user_model",
    "django_username_field",
    "docker_compose_file",
    "docker_ip",
    "docker_services",
    "doctest_namespace",
    "event_loop",
    "event_loop_policy",
    "faker",
    "file_regression",
    "freezer",
    "fs",
    "hass",
    "httpbin",
    "httpbin_secure",
    "httpserver",
    "httpx_mock",
    "image_regression",
    "lazy_datadir",
    "live_server",
    "live_server_url",
    "loop",
    "mailoutbox",
    "metafunc",
    "mocker",
    "module_mocker",
    "monkeypatch",
    "mysql",
    "ndarrays_regression",
    "new_context",
    "no_cover",
    "num_regression",
    "original_datadir",
    "package_mocker",
    "page",
    "patching",
    "playwright",
    "postgresql",
    "pytestconfig",
    "pytester",
    "qapp",
    "qtbot",
    "qtmodeltester",
    "recording",
    "record_property",
    "record_testsuite_property",
    "record_xml_attribute",
    "recwarn",
    "redisdb",
    "request",
    "requests_mock",
    "respx_mock",
    "respx_router",
    "rf",
    "script_runner",
    "selenium",
    "session_mocker",
    "settings",
    "shared_datadir",
    "snapshot",
    "snapshot_json",
    "spark_session",
    "spy",
    "stub",
    "subtests",
    "testdir",
    "testrun_uid",
    "time_machine",
    "tmp_path",
    "tmp_path_factory",
    "tmpdir",
    "tmpdir_factory",
    "transactional_db",
    "unused_tcp_port",
    "unused_tcp_port_factory",
    "unused_udp_port",
    "unused_udp_port_factory",
    "vcr",
    "vcr_cassette",
    "vcr_config",
    "weave",
    "worker_id",
];
/// Files that say which packages a project of Python has.
const MANIFESTS: &[&str] = &[
    "Pipfile",
    "environment.yml",
    "pyproject.toml",
    "pytest.ini",
    "setup.cfg",
    "setup.py",
    "tox.ini",
];

/// The parameters of a new test that no fixture is known for.
///
/// # Errors
/// The tree of the head is not known, or is too large to be searched.
pub fn unknown(
    both: &Both<'_>,
    facts: &FileFacts,
    test: &TestDefinition,
    change: &Change,
) -> Supplied<Vec<String>> {
    let Some(version) = both.file.after() else {
        return Ok(Vec::new());
    };
    if both.language != LanguageId::Python || may_be_filled(facts, test) || brings_packages(change) {
        return Ok(Vec::new());
    }
    let mut unknown = Vec::new();
    for name in asked(facts, test) {
        if !KNOWN.contains(&name)
            && !stands_beside(name, test, version, change)?
            && !stands_elsewhere(name, both, change)?
        {
            unknown.push(name.to_owned());
        }
    }
    Ok(unknown)
}

/// The parameters that pytest has to fill.
fn asked<'f>(facts: &'f FileFacts, test: &TestDefinition) -> impl Iterator<Item = &'f str> {
    let own = facts.definitions.iter().find(|one| one.header == test.header);
    let parameters = own.into_iter().flat_map(|one| &one.parameters);
    parameters
        .filter(|one| one.required && !one.variadic && !matches!(one.name.as_str(), "self" | "cls"))
        .map(|one| one.name.as_str())
}

/// Whether something beside pytest's own marks may pass arguments: a decorator of the test or of its class.
fn may_be_filled(facts: &FileFacts, test: &TestDefinition) -> bool {
    let marks = |one: &Definition| {
        let mut names = one.decorators.iter();
        names.all(|name| name.starts_with("pytest.mark.") || name.starts_with("mark."))
    };
    let around = |one: &&Definition| {
        one.header == test.header || one.kind == DefinitionKind::Class && one.span.contains(&test.span)
    };
    test.kind != TestKind::Case || !facts.definitions.iter().filter(around).all(marks)
}

/// Whether the change touches what says which packages a project of Python has: a new one may bring anything along.
pub fn brings_packages(change: &Change) -> bool {
    change.files().iter().any(|file| {
        let name = file.path().name();
        MANIFESTS.contains(&name.as_ref()) || name.starts_with("requirements")
    })
}

/// Whether the name stands in its own file, outside the test's own lines from its name on.
fn stands_beside(name: &str, test: &TestDefinition, version: &Version, change: &Change) -> Supplied<bool> {
    let text = change.text(version)?;
    let mut outside = (1_u32..)
        .zip(text.lines())
        .filter(|(line, _)| *line < test.header || *line > test.span.last);
    Ok(outside.any(|(_, line)| holds_identifier(line, name)))
}

fn stands_elsewhere(name: &str, both: &Both<'_>, change: &Change) -> Supplied<bool> {
    let mut search = Search::new(change, LanguageId::Python, |path| path != both.file.path())?;
    let found = search
        .first(|_, text| text.contains(name) && text.lines().any(|line| holds_identifier(line, name)))?;
    Ok(found.is_some())
}
