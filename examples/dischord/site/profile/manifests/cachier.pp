# @summary apt-cacher-ng, which keeps every package that went through it.
#
# Clients need one line: `Acquire::http::Proxy "http://cachier:3142";`
#
# @param settings  lines of its configuration, `Name: value`
class profile::cachier (
  Hash[String[1], Variant[String, Integer]] $settings = {},
) {
  package { 'apt-cacher-ng':
    ensure => installed,
  }

  # Read after the package's own files, because of its name.
  file { '/etc/apt-cacher-ng/zz_cachier.conf':
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('profile/apt-cacher-ng.conf.epp', { 'settings' => $settings }),
    require => Package['apt-cacher-ng'],
    notify  => Service['apt-cacher-ng'],
  }

  # Debian's own settings send every client to one mirror, whichever it asked for. A cache in an office where
  # a mirror stands nearby should ask that one.
  file_line { 'ask the mirror that the client names':
    ensure            => absent,
    path              => '/etc/apt-cacher-ng/acng.conf',
    match             => '^Remap-debrep:',
    match_for_absence => true,
    require           => Package['apt-cacher-ng'],
    notify            => Service['apt-cacher-ng'],
  }

  # The socket's folder: a boot would make it, but a container does not boot.
  file { '/run/apt-cacher-ng':
    ensure  => directory,
    owner   => 'apt-cacher-ng',
    group   => 'apt-cacher-ng',
    mode    => '0755',
    require => Package['apt-cacher-ng'],
  }

  service { 'apt-cacher-ng':
    ensure => running,
    enable => true,
  }
}
