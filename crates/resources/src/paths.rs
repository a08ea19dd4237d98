//! Paths as text, in Puppet's forms.

/// Whether a path begins at the root.
pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
}

/// A path without `.`, `..`, doubled and closing slashes, as Ruby's `File.expand_path` gives an absolute one.
pub(crate) fn expand(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Directories above a path, the nearest first, `/` last.
pub(crate) fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors((path != "/").then(|| system::parent(path)), |path| {
        (*path != "/").then(|| system::parent(path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (path, expected) in [("/a//b/", "/a/b"), ("/a/../b/.", "/b"), ("/..", "/"), ("//", "/")] {
            assert_eq!(expand(path), expected);
        }
        assert_eq!(above("/a/b/c").collect::<Vec<_>>(), ["/a/b", "/a", "/"]);
        assert_eq!(above("/").count(), 0);
    }
}
