# @summary Installs nginx and empties its folder of sites, so that only what Puppet declares is served.
#
# @param package_name    the package that brings nginx
# @param config_dir      where its configuration lies
# @param service_ensure  whether it runs
# @param service_enable  whether it starts with the machine
class nginx (
  String[1]               $package_name   = 'nginx',
  Stdlib::Absolutepath    $config_dir     = '/etc/nginx',
  Stdlib::Ensure::Service $service_ensure = 'running',
  Boolean                 $service_enable = true,
) {
  package { $package_name:
    ensure => installed,
  }

  # Purged: Debian's `default` site goes, and so does a virtual host that is no longer in the data.
  file { ["${config_dir}/sites-enabled", "${config_dir}/locations"]:
    ensure  => directory,
    owner   => 'root',
    group   => 'root',
    mode    => '0755',
    recurse => true,
    purge   => true,
    force   => true,
    require => Package[$package_name],
    notify  => Service['nginx'],
  }

  service { 'nginx':
    ensure  => $service_ensure,
    enable  => $service_enable,
    require => Package[$package_name],
  }
}
