//! A definition as a Mermaid flowchart, so that no drawing is kept by hand.

use crate::define::{Definition, Kind, Undo};

/// The flowchart, top to bottom.
pub(crate) fn draw(definition: &Definition) -> String {
    let mut drawing = Drawing {
        definition,
        text: String::from("flowchart TD\n"),
        joints: 0,
    };
    drawing.line("start", "([", &definition.name, "])");
    let ends = drawing.chain(&definition.root, vec!["start".to_owned()], "");
    drawing.line("done", "([", "done", "])");
    drawing.arrows(&ends, "done", "");
    drawing.text
}

struct Drawing<'a> {
    definition: &'a Definition,
    text: String,
    joints: usize,
}

impl Drawing<'_> {
    /// Draws a chain behind `from`, and answers the boxes that what follows hangs on.
    fn chain(&mut self, chain: &[usize], mut from: Vec<String>, leg: &str) -> Vec<String> {
        let mut label = leg.to_owned();
        for &index in chain {
            from = self.node(index, &from, &label);
            label = String::new();
        }
        from
    }

    fn node(&mut self, index: usize, from: &[String], label: &str) -> Vec<String> {
        let definition = self.definition;
        let Some(node) = definition.node(index) else {
            return from.to_vec();
        };
        if let Kind::All { legs } = &node.kind {
            self.joints += 1;
            let fork = format!("fork{}", self.joints);
            self.line(&fork, "{{", "all", "}}");
            self.arrows(from, &fork, label);
            return legs
                .iter()
                .flat_map(|leg| self.chain(&leg.chain, vec![fork.clone()], &leg.name))
                .collect();
        }
        let name = format!("n{index}");
        let (open, close, remark) = shape(&node.kind);
        let mut text = node.id.clone();
        for condition in &node.when {
            text.push_str("<br/>when ");
            text.push_str(condition);
        }
        text.push_str(remark);
        self.line(&name, open, &text, close);
        self.arrows(from, &name, label);
        let mut ends = vec![name.clone()];
        if let Some(other) = node.or {
            ends.extend(self.node(other, &[name], "refused"));
        }
        ends
    }

    fn line(&mut self, name: &str, open: &str, text: &str, close: &str) {
        let parts = ["    ", name, open, "\"", text, "\"", close, "\n"];
        self.text.extend(parts);
    }

    fn arrows(&mut self, from: &[String], to: &str, label: &str) {
        for one in from {
            let arrow = if label.is_empty() {
                String::from("-->")
            } else {
                format!("-- {label} -->")
            };
            self.text.extend(["    ", one, " ", &arrow, " ", to, "\n"]);
        }
    }
}

fn shape(kind: &Kind) -> (&'static str, &'static str, &'static str) {
    match kind {
        Kind::Step {
            undo: Undo::Reversible,
        } => ("[", "]", "<br/>can be undone"),
        Kind::Step {
            undo: Undo::Needless { .. } | Undo::Forward,
        }
        | Kind::All { .. } => ("[", "]", ""),
        Kind::Read => ("[/", "/]", ""),
        Kind::Pivot => ("{", "}", "<br/>pivot"),
        Kind::Wait { .. } => (">", "]", "<br/>waits"),
        Kind::Timer => ("((", "))", ""),
    }
}
