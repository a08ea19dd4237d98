//! Node definitions and the names of hosts.

use super::{Checker, error, model::Model, names};
use crate::ast::{Expression, ExpressionKind, Node, Segment};

impl<'tree> Checker<'tree> {
    pub(super) fn check_node(&mut self, node: Model<'tree>, definition: &'tree Node) {
        for host in &definition.matches {
            self.check_host(node, host);
        }
        self.check_containment(node);
        self.check_no_value_last(node, &definition.body);
        if let Some(parent) = &definition.parent {
            let message = "Node inheritance is not supported in Puppet >= 4.0.0. See \
                           http://links.puppet.com/puppet-node-inheritance-deprecation";
            let hint = "put what the nodes share into a class, and include it in each";
            self.report(error("ILLEGAL_NODE_INHERITANCE", Model::of(parent), message).hint(hint));
        }
    }

    fn check_host(&mut self, definition: Model<'tree>, host: &'tree Expression) {
        let node = Model::of(host);
        match &host.kind {
            ExpressionKind::String(name) | ExpressionKind::QualifiedName(name) => {
                self.check_host_name(node, name)
            }
            ExpressionKind::ConcatenatedString(segments) => self.check_host_segments(node, segments),
            ExpressionKind::Default
            | ExpressionKind::Integer(_)
            | ExpressionKind::Float(_)
            | ExpressionKind::Regexp(_) => {}
            _ => {
                let hint = "write the name in quotes, as a regular expression, or `default`";
                self.report_illegal(node, "hostname", definition, hint);
            }
        }
    }

    fn check_host_name(&mut self, node: Model<'tree>, name: &str) {
        if !names::is_host(name) {
            let message = format!(
                "The hostname '{name}' contains illegal characters (only letters, digits, '_', '-', and '.' \
                 are allowed)"
            );
            let hint =
                "match several hosts by a regular expression, as in `node /^web/`, or list their names";
            self.report(error("ILLEGAL_HOSTNAME_CHARS", node, message).hint(hint));
        }
    }

    fn check_host_segments(&mut self, node: Model<'tree>, segments: &'tree [Segment]) {
        let interpolated = segments.iter().find_map(|segment| match segment {
            Segment::Interpolation(expression) => Some(Model::of(expression)),
            Segment::Text(..) => None,
        });
        let message = "An interpolated expression is not allowed in a hostname of a node";
        let hint = "write the name out: nodes are chosen before any variable has a value";
        self.report(
            error("ILLEGAL_HOSTNAME_INTERPOLATION", interpolated.unwrap_or(node), message).hint(hint),
        );
    }
}
