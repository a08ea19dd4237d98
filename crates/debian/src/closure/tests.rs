use super::*;

/// An index of lines `name version; Field: value; ...`.
fn index(lines: &str) -> Index {
    let paragraph = |line: &str| {
        let mut parts = line.split(';').map(str::trim);
        let (name, version) = parts.next().unwrap().split_once(' ').unwrap();
        let more: String = parts.map(|field| format!("{field}\n")).collect();
        let digest = sha256::Digest::of("");
        format!(
            "Package: {name}\nVersion: {version}\nArchitecture: amd64\nFilename: {name}.deb\nSize: 1\n\
             SHA256: {digest}\n{more}\n"
        )
    };
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    Index::new(vec![("test".to_owned(), lines.map(paragraph).collect())], "amd64").unwrap()
}

#[test]
fn which_packages_are_chosen() {
    let index = index(
        "base 1; Essential: yes; Depends: libc (>= 2)
         kernel 1; Priority: required; Pre-Depends: awk
         apt 3; Depends: libc | nothing
         libc 2.41
         mawk 1; Priority: required; Provides: awk
         gawk 1; Provides: awk
         first 1; Depends: missing | mail | libc
         broken 1; Provides: mail; Depends: missing
         exim 1; Provides: mail
         dma 1; Provides: mail (= 2)
         modern 1; Depends: mail (>= 2)
         loop 1; Depends: back
         back 1; Depends: loop, python:any
         python 3
         foreign 1; Depends: libc:i386 | python
         chosen 1; Depends: libc5 | exim | python [!amd64]
         libc5 5
         stage 1; Depends: missing [i386], missing <stage1>
         late 1; Depends: dma | exim, needs-exim
         needs-exim 1; Depends: exim
         picky 1; Depends: dma | exim; Conflicts: dma
         deeper 1; Depends: picky | libc, python",
    );
    for (names, expected) in [
        (vec!["libc"], "libc"),
        (vec!["first"], "dma first"),
        (vec!["first", "exim"], "exim first"),
        (vec!["exim", "first"], "exim first"),
        (vec!["modern", "exim"], "dma exim modern"),
        (vec!["loop"], "back loop python"),
        (vec!["foreign"], "foreign python"),
        (vec!["chosen"], "chosen libc5"),
        (vec!["chosen", "exim"], "chosen exim"),
        (vec!["stage"], "stage"),
        (vec!["late"], "exim late needs-exim"),
        (vec!["picky"], "exim picky"),
        (vec!["dma", "deeper"], "deeper dma libc python"),
        (vec!["awk"], "mawk"),
        (vec!["gawk", "kernel"], "gawk kernel"),
    ] {
        let set = of(&index, "amd64", names.iter().copied()).unwrap();
        assert_eq!(set.iter().map(|package| package.name).collect::<Vec<_>>().join(" "), expected);
    }
    let set = base(&index, "amd64", &["stage"]).unwrap();
    let names: Vec<_> = set.iter().map(|package| package.name).collect();
    assert_eq!(names, ["apt", "base", "kernel", "libc", "mawk", "stage"]);
}

#[test]
fn what_cannot_be_is_told_with_its_chain() {
    let index = index(
        "a 1; Depends: b (>= 1)
         b 1; Depends: c (>= 2) | missing
         c 1
         d 1; Depends: x:i386
         e 1; Depends: f (= 1
         x 1; Conflicts: mail
         y 1; Breaks: c (<< 2); Provides: mail
         z 1; Provides: mail; Conflicts: mail",
    );
    for (names, message) in [
        (vec!["none"], "`none`: the archive has no such package"),
        (vec!["a"], "`a` depends on `b (>= 1)`, which depends on `c (>= 2)`: the archive has version 1"),
        (vec!["d"], "`d` depends on `x:i386`: only packages for `amd64` can be had"),
        (vec!["e"], "`e`: `f (= 1` is not a relation to a package: a bracket is not closed"),
        (vec!["y", "c"], "`y` breaks `c (<< 2)`, and `c` is needed too"),
        (vec!["y", "x"], "`x` conflicts with `mail`, and `y` is needed too"),
    ] {
        let error = of(&index, "amd64", names).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    assert!(of(&index, "amd64", ["z"]).is_ok(), "a package never excludes itself");
}
