//! How is a TOML document read with its lines? The only file that names the TOML library.
//!
//! The library refuses duplicate keys and nesting deeper than 80, and takes about a hundred times the size of its
//! input in memory: callers limit the size to [`crate::limits::MANIFEST_BYTES`].

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::document::{Entry, Lines, Node, Problem, Value};

/// Reads a document.
///
/// # Errors
/// It is not TOML: what is wrong, and on which line.
pub fn read(text: &str) -> Result<Node, Problem> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Problem::new(lines.at(offset), error.message().to_owned())
    })?;
    Ok(Node {
        line: 1,
        value: table_of(table.get_ref(), &lines),
    })
}

fn table_of(table: &DeTable<'_>, lines: &Lines) -> Value {
    let entry = |(key, node): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: (&std::borrow::Cow<'_, str>, _) = (key.get_ref(), key.span());
        Entry {
            key: key.0.to_string(),
            line: lines.at(key.1.start),
            node: node_of(node, lines),
        }
    };
    Value::Table(table.iter().map(entry).collect())
}

/// Recursion is bounded by the library's own limit on nesting.
fn node_of(node: &Spanned<DeValue<'_>>, lines: &Lines) -> Node {
    let value = match node.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Array(items) => Value::List(items.iter().map(|item| node_of(item, lines)).collect()),
        DeValue::Table(table) => table_of(table, lines),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => Value::Other,
    };
    Node {
        line: lines.at(node.span().start),
        value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_knows_its_line() {
        let node = read("[a]\nb = 1\n\n[a.c]\nd = [\n  'x',\n  'y',\n]\n").unwrap();
        let list = node.at(&["a", "c", "d"]).unwrap();
        assert_eq!(
            list.items().iter().map(|item| item.line).collect::<Vec<_>>(),
            [6, 7]
        );
        assert_eq!(node.get("a").unwrap().entries().first().unwrap().line, 2);
    }

    #[test]
    fn a_broken_document_names_the_line() {
        assert_eq!(read("a = 1\nb = \n").unwrap_err().line, 2);
        assert_eq!(read("a = 1\na = 2\n").unwrap_err().line, 2);
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let deep = format!("a = {}{}", "[".repeat(20_000), "]".repeat(20_000));
        assert!(read(&deep).is_err());
    }
}
