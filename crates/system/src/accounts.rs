//! Users and groups of a root's own `/etc/passwd`, `/etc/group` and `/etc/shadow`. No other source of names
//! is asked: an image has none at build time.

use crate::System;

/// A line of `/etc/passwd`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its name.
    pub name: String,
    /// Its number.
    pub id: u32,
    /// Its group's number.
    pub group: u32,
    /// What is said of it (GECOS).
    pub comment: String,
    /// Its home directory.
    pub home: String,
    /// Its shell.
    pub shell: String,
}

/// A line of `/etc/group`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its number.
    pub id: u32,
    /// Names of users in it beside those whose own group it is.
    pub members: Vec<String>,
}

/// A line of `/etc/shadow`; days count from 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadow {
    /// The user's name.
    pub name: String,
    /// The hashed password, or what stands in its place.
    pub password: String,
    /// Days before the password may be changed again.
    pub minimum: Option<i64>,
    /// Days after which it must be.
    pub maximum: Option<i64>,
    /// Days of warning.
    pub warning: Option<i64>,
    /// The day after which the account is closed.
    pub expiry: Option<i64>,
}

/// All users in the file's order; none if there is no file.
pub fn users(system: &dyn System) -> Vec<User> {
    lines(system, "/etc/passwd").iter().filter_map(|line| user(line)).collect()
}

/// All groups in the file's order; none if there is no file.
pub fn groups(system: &dyn System) -> Vec<Group> {
    lines(system, "/etc/group").iter().filter_map(|line| group(line)).collect()
}

/// The user of this name.
pub fn user_named(system: &dyn System, name: &str) -> Option<User> {
    users(system).into_iter().find(|user| user.name == name)
}

/// The user of this number.
pub fn user_numbered(system: &dyn System, id: u32) -> Option<User> {
    users(system).into_iter().find(|user| user.id == id)
}

/// The group of this name.
pub fn group_named(system: &dyn System, name: &str) -> Option<Group> {
    groups(system).into_iter().find(|group| group.name == name)
}

/// The group of this number.
pub fn group_numbered(system: &dyn System, id: u32) -> Option<Group> {
    groups(system).into_iter().find(|group| group.id == id)
}

/// A user's line of `/etc/shadow`.
pub fn shadow(system: &dyn System, name: &str) -> Option<Shadow> {
    let prefix = format!("{name}:");
    lines(system, "/etc/shadow").iter().find(|line| line.starts_with(&prefix)).map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let number = |index: usize| fields.get(index).and_then(|field| field.parse().ok());
        Shadow {
            name: name.to_owned(),
            password: fields.get(1).copied().unwrap_or_default().to_owned(),
            minimum: number(3),
            maximum: number(4),
            warning: number(5),
            expiry: number(7),
        }
    })
}

/// Names of the groups that list a user as a member, in the file's order.
pub fn groups_of(system: &dyn System, name: &str) -> Vec<String> {
    let listed = groups(system).into_iter().filter(|group| group.members.iter().any(|member| member == name));
    listed.map(|group| group.name).collect()
}

fn lines(system: &dyn System, path: &str) -> Vec<String> {
    let bytes = system.read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
}

fn user(line: &str) -> Option<User> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, _, id, group, comment, home, shell] = fields[..] else { return None };
    Some(User {
        name: name.to_owned(),
        id: id.parse().ok()?,
        group: group.parse().ok()?,
        comment: comment.to_owned(),
        home: home.to_owned(),
        shell: shell.to_owned(),
    })
}

fn group(line: &str) -> Option<Group> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, _, id, members] = fields[..] else { return None };
    let members = members.split(',').filter(|member| !member.is_empty()).map(str::to_owned).collect();
    Some(Group { name: name.to_owned(), id: id.parse().ok()?, members })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, Memory};

    #[test]
    fn accounts_are_found_by_name_and_number() {
        let mut system = Memory::new();
        system.put(
            "/etc/passwd",
            Entry::file("root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:W,,,:/w:/bin/false\n-\n"),
        );
        system.put("/etc/group", Entry::file("root:x:0:\nweb:x:34:\nadm:x:4:web,root\n"));
        system.put("/etc/shadow", Entry::file("web:!:1:0:99999:7::20000:\n"));
        assert_eq!(user_named(&system, "web").unwrap(), user_numbered(&system, 33).unwrap());
        assert_eq!(group_numbered(&system, 4).unwrap().members, ["web", "root"]);
        assert_eq!(groups_of(&system, "web"), ["adm"]);
        let shadow = shadow(&system, "web").unwrap();
        assert_eq!(
            (shadow.maximum, shadow.expiry, shadow.password.as_str()),
            (Some(99999), Some(20000), "!")
        );
        assert_eq!((user_named(&system, "x"), group_named(&system, "x")), (None, None));
    }
}
