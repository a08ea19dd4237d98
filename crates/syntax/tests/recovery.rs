//! One mistake gives one error, and what follows it is read.

use syntax::ast::{AnyNode, ExpressionKind};
use syntax::{Options, Severity, parse};

const MANIFEST: &str = r#"
# A web server.
class profile::web (
  String           $docroot,
  Array[Integer]   $ports  = [80, 443],
  Optional[String] $owner  = undef,
) inherits profile::base {

  include nginx

  $title = "Served from ${docroot} by ${facts['networking']['fqdn']}"

  package { ['nginx', 'openssl']:
    ensure => installed,
    before => File['/etc/nginx/nginx.conf'],
  }

  file {
    default:
      owner => 'root',
      mode  => '0644';
    '/etc/nginx/nginx.conf':
      content => epp('profile/nginx.conf.epp', { 'ports' => $ports, 'title' => $title }),
      notify  => Service['nginx'],
  }

  if $owner {
    File <| tag == 'docroot' |> { owner => $owner }
  } elsif $facts['os']['family'] == 'RedHat' {
    warning("no owner: ${title}")
  } else {
    notice('nobody')
  }

  $ports.each |Integer $index, $port| {
    firewall { "10${index} allow ${port}":
      dport => $port,
      proto => 'tcp',
    }
  }

  case $facts['os']['release']['major'] {
    '12', '13': { $conf = '/etc/nginx/conf.d' }
    /^1[01]/:   { $conf = '/etc/nginx/old' }
    default:    { fail("unknown: ${facts['os']['release']}") }
  }

  service { 'nginx':
    ensure => $owner ? { undef => stopped, default => running },
  }

  Package['nginx'] -> File['/etc/nginx/nginx.conf'] ~> Service['nginx']
}

define profile::site ($root = "/srv/${title}") {
  file { $root: ensure => directory }
}

node 'web01.example.com' {
  include profile::web
}
"#;

/// How many errors the manifest has with this stretch taken out.
fn errors_without(start: usize, end: usize) -> usize {
    let text = format!("{}{}", &MANIFEST[..start], &MANIFEST[end..]);
    parse(&text, &Options::default()).issues.iter().filter(|issue| issue.severity == Severity::Error).count()
}

#[test]
fn a_missing_bracket_gives_one_error() {
    assert_eq!(errors_without(0, 0), 0);
    for (start, character) in MANIFEST.char_indices() {
        // What stands in strings, comments and regular expressions is no bracket.
        let line = MANIFEST[..start].rsplit('\n').next().unwrap_or_default();
        let quoted = line.starts_with('#') || line.contains("/^") || line.matches('"').count() % 2 == 1;
        if "{}()[]".contains(character) && !quoted {
            let errors = errors_without(start, start + 1);
            let line = MANIFEST[..start].lines().count();
            assert!((1..=2).contains(&errors), "without `{character}` on line {line}: {errors} errors");
        }
    }
}

#[test]
fn mistakes_do_not_multiply() {
    let (mut mistakes, mut errors) = (0, 0);
    for (start, text) in MANIFEST.split_inclusive(' ').scan(0, |at, word| {
        *at += word.len();
        Some((*at - word.len(), word))
    }) {
        let found = errors_without(start, start + text.len());
        assert!(found <= 4, "without `{text}`: {found} errors");
        mistakes += usize::from(found > 0);
        errors += found;
    }
    assert!(mistakes > 30, "only {mistakes} of the words matter");
    assert!(errors * 10 <= mistakes * 13, "{errors} errors of {mistakes} mistakes");
}

#[test]
fn what_follows_a_mistake_is_read() {
    let text = MANIFEST.replacen("ensure => installed,", "ensure installed,", 1);
    let parse = parse(&text, &Options::default());
    assert_eq!(parse.issues.len(), 1);
    let (mut sites, mut services) = (0, 0);
    AnyNode::Program(&parse.program).walk(&mut |node| {
        if let AnyNode::Expression(expression) = node {
            match &expression.kind {
                ExpressionKind::Define(_) => sites += 1,
                ExpressionKind::Relationship(_) => services += 1,
                _ => {}
            }
        }
    });
    assert_eq!((sites, services), (1, 2));
}
