//! How does an LCOV tracefile become line coverage?
//!
//! Read are `SF:`, `DA:` and `end_of_record`; totals (`LF:`, `LH:`) are not used. A file that ends inside a record
//! was cut short.

use super::{Files, line_number};

/// Reads a tracefile.
///
/// # Errors
/// A line is not what LCOV writes, or a record does not end; says on which line.
pub fn read(text: &str) -> Result<Files, String> {
    let mut files = Files::default();
    let mut open: Option<String> = None;
    for (number, line) in text.lines().enumerate() {
        let at = |problem: String| format!("{problem} at line {}", number + 1);
        let line = line.trim();
        if let Some(file) = line.strip_prefix("SF:") {
            if open.is_some() {
                return Err(at("a record begins inside another".to_owned()));
            }
            files.name(file);
            open = Some(file.to_owned());
        } else if let Some(data) = line.strip_prefix("DA:") {
            let file = open
                .as_deref()
                .ok_or_else(|| at("`DA:` stands outside a record".to_owned()))?;
            let (source_line, hits) = data_of(data).map_err(at)?;
            files.add(file, source_line, hits).map_err(at)?;
        } else if line == "end_of_record" {
            open = None;
        }
    }
    match open {
        None => Ok(files),
        Some(file) => Err(format!(
            "it ends inside the record of `{}`: it was cut short",
            crate::escape::line(&file)
        )),
    }
}

/// `line,hits` and, in some files, a checksum.
fn data_of(data: &str) -> Result<(u32, u64), String> {
    let bad = || format!("`DA:{}` is not `DA:line,hits`", crate::escape::line(data));
    let mut parts = data.split(',');
    let line = parts.next().ok_or_else(bad)?;
    let hits = parts.next().ok_or_else(bad)?.trim();
    let line = line_number(line)?;
    Ok((line, hits.parse().map_err(|_| bad())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_hits_are_read() {
        let files = read("TN:\nSF:src/a.py\nDA:1,3\nDA:2,0,checksum\nLF:9\nend_of_record\n").unwrap();
        let lines: Vec<(u32, u64)> = files.0["src/a.py"].clone().into_iter().collect();
        assert_eq!(lines, [(1, 3), (2, 0)]);
    }

    #[test]
    fn what_lcov_does_not_write_is_refused_with_its_line() {
        for (text, wanted) in [
            ("SF:a\nDA:0,1\nend_of_record", "line 2"),
            ("SF:a\nDA:1,-4\nend_of_record", "line 2"),
            ("SF:a\nDA:1\nend_of_record", "line 2"),
            ("SF:a\nDA:99999999,1\nend_of_record", "line 2"),
            ("DA:1,1\n", "outside a record"),
            ("SF:a\nSF:b\n", "inside another"),
            ("SF:a\nDA:1,1\n", "cut short"),
        ] {
            assert!(read(text).unwrap_err().contains(wanted), "{text}");
        }
    }
}
