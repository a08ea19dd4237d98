# @summary PHP as a FastCGI server behind a socket, with one pool.
#
# @param version     which of Debian's PHP packages
# @param extensions  what comes with it: `mysql` is the package php8.4-mysql
# @param socket      where the web server finds it
# @param pool        settings of the pool, beside the socket and its owner
class profile::php (
  Pattern[/\A\d+\.\d+\z/]                      $version    = '8.4',
  Array[String[1]]                             $extensions = [],
  Stdlib::Absolutepath                         $socket     = '/run/php/php-fpm.sock',
  Hash[String[1], Variant[String[1], Integer]] $pool       = {},
) {
  $config_dir = "/etc/php/${version}/fpm"
  $fpm = "php${version}-fpm"
  $packages = [$fpm] + $extensions.map |$extension| { "php${version}-${extension}" }

  package { $packages:
    ensure => installed,
  }

  # The socket's folder: a boot would make it, but a container does not boot.
  file { dirname($socket):
    ensure  => directory,
    owner   => 'www-data',
    group   => 'www-data',
    mode    => '0755',
    require => Package[$fpm],
  }

  file {
    default:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      require => Package[$packages],
      notify  => Service[$fpm],
      ;
    "${config_dir}/php-fpm.conf":
      content => epp('profile/php-fpm.conf.epp', { 'version' => $version, 'config_dir' => $config_dir }),
      ;
    "${config_dir}/pool.d/www.conf":
      content => epp('profile/php-pool.conf.epp', { 'socket' => $socket, 'settings' => $pool }),
      ;
  }

  service { $fpm:
    ensure => running,
    enable => true,
  }
}
