//! Does every case come out as a person says it must? `CASE=tests-weak cargo test --test cases` asks those of that name.

#[path = "common/case.rs"]
mod case;

#[test]
fn every_case_comes_out_as_written() {
    let mut wrong = Vec::new();
    let named = std::env::var("CASE").unwrap_or_default();
    for case in case::all().into_iter().filter(|case| case.name.contains(&named)) {
        let laid = case.lay();
        match countersign::gate::judge(&laid.inputs) {
            Ok(report) => wrong.extend(
                case::disagreements(&case.expected, &report)
                    .into_iter()
                    .map(|what| format!("{}: {what}", case.name)),
            ),
            Err(error) => wrong.push(format!("{}: {error}", case.name)),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
