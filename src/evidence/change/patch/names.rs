//! Which path does a line of a patch name?

/// The two names of a `diff --git` line, with their prefixes; `None` where the line can be read in several ways, as
/// for a rename whose names hold spaces.
pub fn of_header(rest: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if rest.starts_with(b"\"") {
        let (old, rest) = unquote(rest)?;
        let new = rest.strip_prefix(b" ")?;
        return Some((old, whole(new)?));
    }
    if rest.ends_with(b"\"") {
        let at = rest.windows(2).position(|pair| pair == b" \"")?;
        let (old, new) = rest.split_at_checked(at)?;
        return Some((old.to_vec(), whole(new.strip_prefix(b" ")?)?));
    }
    let spaces = rest
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b' ')
        .map(|(at, _)| at);
    let mut pairs = spaces.filter_map(|at| Some((rest.get(..at)?, rest.get(at + 1..)?)));
    let (old, new) = pairs.find(|(old, new)| old == new || without_prefix(old) == without_prefix(new))?;
    Some((old.to_vec(), new.to_vec()))
}

/// A name of its own line: quoted, or up to the first tab.
pub fn of_line(rest: &[u8]) -> Option<Vec<u8>> {
    if rest.starts_with(b"\"") {
        return unquote(rest).map(|(name, _)| name);
    }
    let name = rest.split(|byte| *byte == b'\t').next().unwrap_or_default();
    (!name.is_empty()).then(|| name.to_vec())
}

fn whole(raw: &[u8]) -> Option<Vec<u8>> {
    if !raw.starts_with(b"\"") {
        return Some(raw.to_vec());
    }
    let (name, rest) = unquote(raw)?;
    rest.is_empty().then_some(name)
}

/// What follows the first slash; the name itself where there is none.
pub fn without_prefix(name: &[u8]) -> &[u8] {
    let slash = name.iter().position(|byte| *byte == b'/');
    slash.and_then(|slash| name.get(slash + 1..)).unwrap_or(name)
}

/// The text in the quotes at the start, as in C with octal bytes, and what follows.
fn unquote(raw: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = raw.strip_prefix(b"\"")?;
    let mut name = Vec::new();
    loop {
        let (byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((name, rest)),
            b'\\' => {
                let (escape, after) = rest.split_first()?;
                rest = after;
                name.push(match escape {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'"' | b'\\' => *escape,
                    b'0'..=b'3' => {
                        let digits = [*escape, *rest.first()?, *rest.get(1)?];
                        rest = rest.get(2..)?;
                        let digits = std::str::from_utf8(&digits).ok()?.to_owned();
                        u8::from_str_radix(&digits, 8).ok()?
                    }
                    _ => return None,
                });
            }
            other => name.push(*other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Option<(String, String)> {
        let text_of = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        of_header(text.as_bytes()).map(|(old, new)| (text_of(old), text_of(new)))
    }

    #[test]
    fn a_header_with_spaces_is_split_where_both_names_agree() {
        let both = |old: &str, new: &str| Some((old.to_owned(), new.to_owned()));
        assert_eq!(header("a/x y b/x y"), both("a/x y", "b/x y"));
        assert_eq!(header("src/x src/x"), both("src/x", "src/x"));
        assert_eq!(
            header("a/x b/y"),
            None,
            "a rename names both on lines of their own"
        );
    }

    #[test]
    fn quoted_names_are_bytes() {
        let (old, new) = of_header(b"\"a/t\\tq\\\"\\303\\244\\377\" b/x").unwrap();
        assert_eq!(old, b"a/t\tq\"\xc3\xa4\xff");
        assert_eq!(new, b"b/x");
        assert_eq!(of_line(b"a/with space\t2024-01-01").unwrap(), b"a/with space");
        assert!(of_line(b"\"never closed").is_none());
    }
}
