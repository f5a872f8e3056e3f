//! Which faults does a node of each kind have room for?

use super::{Place, Reader, parts};
use crate::{
    code::Node,
    mutate::python::{literals, operators},
};

/// Functions whose argument must be what it is: another one is an error wherever it runs.
const STRICT: &[&str] = &["isinstance", "issubclass", "len", "super"];
pub(super) const CASES: &str = "upper and lower case of texts";
const LOGS: &str = "messages of logs";
const ERRORS: &str = "messages of exceptions";
const SCRIPT: &str = "the start of a script";

impl Reader<'_> {
    /// Code whose fault needs no more than the node itself.
    pub(super) fn simple(&mut self, node: Node<'_>, kind: &str) {
        match kind {
            "integer" | "float" => {
                if let Some(other) = literals::number(self.text(node)) {
                    self.fault("NumberLiteral", node.byte_range(), other);
                }
            }
            "true" => self.fault("BooleanLiteral", node.byte_range(), "False"),
            "false" => self.fault("BooleanLiteral", node.byte_range(), "True"),
            "identifier" if self.text(node) == "deepcopy" => self.fault("Method", node.byte_range(), "copy"),
            "binary_operator" | "boolean_operator" | "augmented_assignment" => {
                self.operators(node, "operator")
            }
            "comparison_operator" => self.operators(node, "operators"),
            "unary_operator" | "not_operator" => self.unary(node),
            "assignment" => self.assignment(node),
            "conditional_expression" => self.choice(node),
            "if_clause" => {
                if let Some(condition) = parts(node).next() {
                    self.negated(condition);
                }
            }
            "return_statement" => {
                if let Some(value) = parts(node).next().filter(|value| value.kind() != "none") {
                    self.fault("ReturnValue", value.byte_range(), "None");
                }
            }
            "break_statement" => self.jump(node, &["return", "continue"]),
            "continue_statement" => self.jump(node, &["break"]),
            "except_clause" => self.handler(node),
            "match_statement" => self.cases(node),
            _ => {}
        }
    }

    fn operators(&mut self, node: Node<'_>, field: &'static str) {
        let found: Vec<Node<'_>> = node.children_by_field_name(field).collect();
        for operator in found {
            let words: Vec<&str> = self.text(operator).split_whitespace().collect();
            for instead in operators::instead(&words.join(" ")) {
                let name = operators::name(node.kind());
                self.fault(name, operator.byte_range(), *instead);
            }
        }
    }

    fn unary(&mut self, node: Node<'_>) {
        let Some(argument) = node.child_by_field_name("argument") else {
            return;
        };
        let operator = node.child_by_field_name("operator");
        match operator.map(|operator| (self.text(operator), operator.byte_range())) {
            Some(("-", range)) => self.fault("UnaryOperator", range, "+"),
            Some(("+", range)) => self.fault("UnaryOperator", range, "-"),
            // `~`, and `not`, which has no name in the grammar
            _ => {
                let rest = self.text(argument).to_owned();
                self.fault("UnaryOperator", node.byte_range(), rest);
            }
        }
    }

    fn assignment(&mut self, node: Node<'_>) {
        let value = node.child_by_field_name("right");
        if let Some(value) = value.filter(|value| value.kind() != "assignment") {
            let instead = if value.kind() == "none" { "\"\"" } else { "None" };
            self.fault("AssignedValue", value.byte_range(), instead);
        }
    }

    fn choice(&mut self, node: Node<'_>) {
        if let Some(condition) = parts(node).nth(1) {
            let text = self.text(condition);
            self.fault(
                "ConditionalExpression",
                condition.byte_range(),
                format!("({text}) and False"),
            );
            self.fault(
                "ConditionalExpression",
                condition.byte_range(),
                format!("({text}) or True"),
            );
        }
    }

    /// A condition that is turned round, unless another operator does the same.
    fn negated(&mut self, condition: Node<'_>) {
        let text = self.text(condition);
        let is_done = match condition.kind() {
            "not_operator" | "true" | "false" => true,
            "comparison_operator" => {
                let mut signs = condition.children_by_field_name("operators");
                let one = signs.next().map(|sign| self.text(sign));
                signs.next().is_none()
                    && !one.is_some_and(|sign| sign.starts_with('<') || sign.starts_with('>'))
            }
            _ => false,
        };
        if !is_done {
            self.fault("Condition", condition.byte_range(), format!("not ({text})"));
        }
    }

    pub(super) fn branch(&mut self, node: Node<'_>) {
        let condition = node.child_by_field_name("condition");
        let text = condition
            .map(|condition| self.text(condition))
            .unwrap_or_default();
        if matches!(text, "TYPE_CHECKING" | "typing.TYPE_CHECKING" | "t.TYPE_CHECKING") {
            return;
        }
        if let Some(condition) = condition {
            self.negated(condition);
        }
        let is_script = self.around.place == Place::Import && text.starts_with("__name__");
        self.within(
            |around| around.noise = around.noise.or(is_script.then_some(SCRIPT)),
            |reader| reader.visit_children(node),
        );
    }

    pub(super) fn turn(&mut self, node: Node<'_>) {
        if let Some(condition) = node.child_by_field_name("condition") {
            self.negated(condition);
        }
        let turn = self.lines(&node.byte_range());
        self.within(|around| around.turn = turn, |reader| reader.visit_children(node));
    }

    fn jump(&mut self, node: Node<'_>, instead: &[&str]) {
        let turn = self.around.turn;
        let is_called = matches!(self.around.place, Place::Body(_));
        self.within(
            |around| around.reach = turn,
            |reader| {
                for word in instead.iter().filter(|word| is_called || **word != "return") {
                    reader.fault("LoopControl", node.byte_range(), *word);
                }
            },
        );
    }

    fn handler(&mut self, node: Node<'_>) {
        let caught = parts(node).find(|part| part.kind() != "block");
        let caught = caught.map(|caught| match caught.kind() {
            "as_pattern" => parts(caught).next().unwrap_or(caught),
            _ => caught,
        });
        if let Some(caught) = caught {
            self.fault("ExceptionHandler", caught.byte_range(), "()");
        }
    }

    pub(super) fn raise(&mut self, node: Node<'_>) {
        self.fault("Raise", node.byte_range(), "pass");
        self.within(
            |around| around.noise = around.noise.or(Some(ERRORS)),
            |reader| reader.visit_children(node),
        );
    }

    pub(super) fn assertion(&mut self, node: Node<'_>) {
        let mut parts = parts(node);
        if let Some(condition) = parts.next() {
            self.negated(condition);
            self.visit(condition);
        }
        if let Some(message) = parts.next() {
            self.within(
                |around| around.noise = around.noise.or(Some(ERRORS)),
                |reader| reader.visit(message),
            );
        }
    }

    fn cases(&mut self, node: Node<'_>) {
        let inside = node.named_children().filter(|child| child.kind() == "block");
        let cases: Vec<Node<'_>> = inside
            .chain([node])
            .flat_map(|block| {
                block
                    .named_children()
                    .filter(|child| child.kind() == "case_clause")
            })
            .collect();
        if cases.len() < 2 {
            return;
        }
        for case in cases {
            let first = self.line(case.start_byte());
            let all = self.lines(&node.byte_range());
            self.within(
                |around| around.reach = (first, all.1),
                |reader| reader.fault("MatchCase", case.byte_range(), ""),
            );
        }
    }

    pub(super) fn call(&mut self, node: Node<'_>) {
        let (Some(function), Some(arguments)) = (
            node.child_by_field_name("function"),
            node.child_by_field_name("arguments"),
        ) else {
            return;
        };
        self.method(function, arguments);
        self.visit(function);
        let called = self.text(function);
        let noise = is_log(called).then_some(LOGS);
        self.within(
            |around| around.noise = around.noise.or(noise),
            |reader| {
                if !STRICT.contains(&called) {
                    reader.arguments(called, arguments);
                }
                reader.visit_children(arguments);
            },
        );
    }

    /// A method of texts whose mirror image exists.
    fn method(&mut self, function: Node<'_>, arguments: Node<'_>) {
        let Some(name) = function.child_by_field_name("attribute") else {
            return;
        };
        let all: Vec<Node<'_>> = parts(arguments).collect();
        let is_limited = all.len() == 2
            || all.iter().any(|argument| {
                let keyword = argument.child_by_field_name("name");
                keyword.is_some_and(|keyword| self.text(keyword) == "maxsplit")
            });
        if let Some(other) = operators::method(self.text(name), is_limited) {
            self.fault("Method", name.byte_range(), other);
        }
    }

    fn arguments(&mut self, called: &str, list: Node<'_>) {
        if list.kind() == "generator_expression" {
            self.fault("Argument", list.byte_range(), "(None)");
            return;
        }
        let all: Vec<Node<'_>> = parts(list).collect();
        if called == "dict" {
            self.keywords(&all);
        }
        for argument in &all {
            let value = argument.child_by_field_name("value").unwrap_or(*argument);
            let is_spread = matches!(argument.kind(), "list_splat" | "dictionary_splat");
            let value = if argument.kind() == "keyword_argument" {
                value
            } else {
                *argument
            };
            if !is_spread && value.kind() != "none" {
                self.fault("Argument", value.byte_range(), "None");
            }
        }
        if all.len() < 2 {
            return;
        }
        for (index, argument) in all.iter().enumerate() {
            let range = match (
                all.get(index + 1),
                index.checked_sub(1).and_then(|index| all.get(index)),
            ) {
                (Some(next), _) => argument.start_byte()..next.start_byte(),
                (None, Some(before)) => before.end_byte()..argument.end_byte(),
                (None, None) => continue,
            };
            self.fault("ArgumentRemoval", range, "");
        }
    }

    fn keywords(&mut self, arguments: &[Node<'_>]) {
        for argument in arguments {
            let Some(name) = argument.child_by_field_name("name") else {
                return;
            };
            let instead = format!("{}XX", self.text(name));
            self.fault("KeywordName", name.byte_range(), instead);
        }
    }

    pub(super) fn string(&mut self, node: Node<'_>) {
        let start = node.named_children().find(|child| child.kind() == "string_start");
        let start = start.map(|start| self.text(start)).unwrap_or_default();
        if start.ends_with("\"\"\"") || start.ends_with("'''") {
            return;
        }
        if start.contains(['f', 'F', 't', 'T']) {
            self.visit_children(node);
            return;
        }
        let Some(others) = literals::texts(self.text(node), start) else {
            return;
        };
        let own = self.around.noise;
        self.noisy_fault("StringLiteral", node.byte_range(), others.marked, own);
        for other in others.cases {
            self.noisy_fault("StringLiteral", node.byte_range(), other, own.or(Some(CASES)));
        }
    }
}

/// Whether a function writes messages for people.
fn is_log(called: &str) -> bool {
    const LEVELS: &[&str] = &[
        "critical",
        "debug",
        "error",
        "exception",
        "info",
        "log",
        "warn",
        "warning",
    ];
    let Some((whose, name)) = called.rsplit_once('.') else {
        return called == "print";
    };
    let whose = whose.rsplit('.').next().unwrap_or(whose).to_ascii_lowercase();
    LEVELS.contains(&name) && (whose.contains("log") || whose == "warnings")
}
