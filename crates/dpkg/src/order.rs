//! In which order packages are configured: what a package depends on before it, essential packages with all
//! they need before the rest. dpkg would wait for dependencies by itself, but knows nothing of the second
//! rule, on which scripts rely: they call essential programs and read their configuration undeclared.

use std::collections::HashMap;

use crate::unpack::Unpacked;

/// Go first even among essential packages: users and groups, then the layout of the file system.
const FIRST: [&str; 2] = ["base-passwd", "base-files"];

/// The packages in order of configuration; where nothing else decides, in the order given. Circles are cut
/// where they close.
pub fn order(packages: &[Unpacked]) -> Vec<&Unpacked> {
    let mut providers: HashMap<&str, usize> = HashMap::new();
    for (index, package) in packages.iter().enumerate() {
        for name in &package.provides {
            providers.entry(name).or_insert(index);
        }
    }
    // A real package goes before one that provides its name.
    providers.extend(packages.iter().enumerate().map(|(index, package)| (package.name.as_str(), index)));
    let rank = |package: &Unpacked| match FIRST.iter().position(|first| *first == package.name) {
        Some(position) => position,
        None if package.essential => FIRST.len(),
        None => FIRST.len() + 1,
    };
    let mut starts: Vec<usize> = (0..packages.len()).collect();
    starts.sort_by_key(|&index| rank(&packages[index]));
    let mut walk = Walk { packages, providers, visited: vec![false; packages.len()], order: Vec::new() };
    starts.into_iter().for_each(|index| walk.visit(index));
    walk.order
}

/// The names in a field such as `Depends`: for each relation its alternatives, without versions.
pub fn names(field: Option<&str>) -> Vec<Vec<String>> {
    let relations = field.unwrap_or_default().split(',');
    let bare = |relation: &str| {
        relation.trim().split([' ', '(', '[', '<', ':']).next().unwrap_or_default().to_owned()
    };
    let alternatives =
        |relation: &str| relation.split('|').map(bare).filter(|name| !name.is_empty()).collect();
    relations.map(alternatives).filter(|alternatives: &Vec<String>| !alternatives.is_empty()).collect()
}

struct Walk<'packages> {
    packages: &'packages [Unpacked],
    providers: HashMap<&'packages str, usize>,
    visited: Vec<bool>,
    order: Vec<&'packages Unpacked>,
}

impl Walk<'_> {
    /// Puts a package behind all that it depends on. Not recursive, because chains of dependencies are long.
    fn visit(&mut self, start: usize) {
        let mut path = vec![(start, 0)];
        if std::mem::replace(&mut self.visited[start], true) {
            return;
        }
        while let Some((index, relation)) = path.last_mut() {
            let package = &self.packages[*index];
            let Some(alternatives) = package.depends.get(*relation) else {
                self.order.push(package);
                path.pop();
                continue;
            };
            *relation += 1;
            let found = alternatives.iter().find_map(|name| self.providers.get(name.as_str()));
            if let Some(&next) = found.filter(|&&next| !self.visited[next]) {
                self.visited[next] = true;
                path.push((next, 0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, essential: bool, depends: &str, provides: &str) -> Unpacked {
        Unpacked {
            name: name.into(),
            essential,
            depends: names(Some(depends)),
            provides: names(Some(provides)).concat(),
            ..Unpacked::default()
        }
    }

    #[test]
    fn essential_packages_and_what_they_need_go_first() {
        let packages = [
            package("passwd", false, "pam", ""),
            package("login", true, "pam (>= 1) | other, missing", ""),
            package("mawk", false, "libc", "awk, posix-awk"),
            package("base-files", true, "awk", ""),
            package("libc", false, "libgcc", ""),
            package("libgcc", false, "libc (= 2), base", ""),
            package("pam", false, "libc:any", ""),
            package("base-passwd", true, "libc [amd64]", ""),
            package("base", false, "", ""),
        ];
        let order: Vec<&str> = order(&packages).into_iter().map(|package| package.name.as_str()).collect();
        let expected =
            ["base", "libgcc", "libc", "base-passwd", "mawk", "base-files", "pam", "login", "passwd"];
        assert_eq!(order, expected);
    }
}
