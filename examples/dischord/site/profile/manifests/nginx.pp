# @summary nginx with the virtual hosts and locations that Hiera names.
class profile::nginx {
  include nginx

  create_resources('nginx::server', lookup('vhosts', Hash[String[1], Hash], 'deep', {}))
  create_resources('nginx::location', lookup('locations', Hash[String[1], Hash], 'deep', {}))

  # supervisord watches the process that it started, so nginx must not go into the background. Only after
  # the service, if that is started at all: an init script would wait for ever for such an nginx.
  file_line { 'nginx stays in the foreground':
    path    => "${nginx::config_dir}/nginx.conf",
    line    => 'daemon off;',
    match   => '^daemon\s',
    require => Service['nginx'],
  }
}
