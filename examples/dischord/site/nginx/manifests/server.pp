# @summary A virtual host. Its locations are files of their own, so that they can be declared elsewhere.
#
# @example
#   nginx::server { 'www.example.org':
#     root => '/srv/www/example',
#   }
#
# @param root          the folder that is served
# @param server_names  the names that it answers to
# @param listen        values of `listen`: a port, an address, `80 default_server`
# @param index         what is served for a folder, first match wins
# @param access_log    a file; in a container its standard output
# @param error_log     a file, or `stderr`
define nginx::server (
  Stdlib::Absolutepath                          $root,
  Array[String[1], 1]                           $server_names = [$title],
  Array[Variant[Stdlib::Port, String[1]], 1]    $listen       = [80],
  Array[String[1], 1]                           $index        = ['index.html', 'index.php'],
  Stdlib::Absolutepath                          $access_log   = '/dev/stdout',
  Variant[Enum['stderr'], Stdlib::Absolutepath] $error_log    = 'stderr',
) {
  include nginx

  $locations = "${nginx::config_dir}/locations/${title}"

  file { $locations:
    ensure  => directory,
    owner   => 'root',
    group   => 'root',
    mode    => '0755',
    recurse => true,
    purge   => true,
    notify  => Service['nginx'],
  }

  file { "${nginx::config_dir}/sites-enabled/${title}":
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('nginx/server.epp', {
        'root'         => $root,
        'server_names' => $server_names,
        'listen'       => $listen,
        'index'        => $index,
        'access_log'   => $access_log,
        'error_log'    => $error_log,
        'locations'    => $locations,
    }),
    notify  => Service['nginx'],
  }
}
