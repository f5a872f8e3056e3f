//! x
use countersign::evidence::tests::read;
#[test]
fn dump() {
    let root = std::path::Path::new("/tmp/big");
    let t = std::time::Instant::now();
    let run = read::run(root, "tests", &["r.xml".into()]).unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{} {} {:?} {:?} {}", run.cases.len(), run.red().count(), run.problems, t.elapsed(), status.lines().find(|l| l.starts_with("VmHWM")).unwrap());
}
