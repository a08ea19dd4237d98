# @summary MariaDB, and the databases that Hiera names.
#
# A database is made by talking to a running server. So this is the one service that has to run while the
# image is being built; in the container supervisord runs it.
#
# @param user      who may use the databases
# @param password  its password; Hiera hands it over as Sensitive
# @param host      from where: in a network of containers, from anywhere
class profile::mariadb (
  String[1]            $user,
  Sensitive[String[1]] $password,
  String[1]            $host = '%',
) {
  include mysql::server

  $defaults = {
    'user'     => $user,
    'password' => $password,
    'host'     => $host,
    'charset'  => 'utf8mb4',
    'collate'  => 'utf8mb4_unicode_ci',
  }
  create_resources('mysql::db', lookup('databases', Hash[String[1], Hash], 'deep', {}), $defaults)

  # The module writes its file before it installs the package, so the folder above has to be there.
  file { '/etc/mysql':
    ensure => directory,
    owner  => 'root',
    group  => 'root',
    mode   => '0755',
  }

  # The socket's folder: a boot would make it, but a container does not boot.
  file { '/run/mysqld':
    ensure  => directory,
    owner   => 'mysql',
    group   => 'root',
    mode    => '0755',
    require => Package['mysql-server'],
    before  => Service['mysqld'],
  }
}
