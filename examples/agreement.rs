//! Development helper.
fn main() {
    let mut args = std::env::args().skip(1);
    let root = args.next().unwrap();
    let list: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(args.next().unwrap()).unwrap()).unwrap();
    let mut theirs = std::collections::BTreeSet::new();
    let mut files = std::collections::BTreeSet::new();
    let norm = |s: &str| s.split_whitespace().collect::<String>();
    for m in list.as_array().unwrap() {
        let f = m["file"].as_str().unwrap().to_owned();
        files.insert(f.clone());
        let s = &m["span"];
        let n = |a: &str, b: &str| s[a][b].as_u64().unwrap();
        theirs.insert((
            f,
            m["genre"].as_str().unwrap().to_owned(),
            n("start", "line"),
            n("start", "column"),
            n("end", "line"),
            n("end", "column"),
            norm(m["replacement"].as_str().unwrap()),
            m["function"]["function_name"].as_str().unwrap_or("").to_owned(),
        ));
    }
    let mut ours = std::collections::BTreeSet::new();
    for f in files {
        let text = std::fs::read_to_string(format!("{root}/{f}")).unwrap();
        for x in countersign::mutate::rust::faults(&text).unwrap() {
            ours.insert((
                f.clone(),
                x.operator.to_owned(),
                x.span.first.into(),
                x.column.into(),
                x.span.last.into(),
                x.end_column.into(),
                norm(&x.replacement),
                x.item,
            ));
        }
    }
    println!("{} ours, {} theirs", ours.len(), theirs.len());
    for x in ours.difference(&theirs) {
        println!("ours only   {x:?}");
    }
    for x in theirs.difference(&ours) {
        println!("theirs only {x:?}");
    }
}
