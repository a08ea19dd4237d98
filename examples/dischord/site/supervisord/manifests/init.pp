# @summary supervisord, the process that a container starts and that starts all others.
#
# There is deliberately no service for it: the container's command is `supervisord -n`. Starting it while
# the image is being built would start everything that the image is for.
#
# @param package_name  the package that brings supervisord
# @param config_file   its configuration
# @param program_dir   where one file per program lies; what Puppet did not put there is removed
# @param log_level     how much supervisord says about itself, on standard error
class supervisord (
  String[1]              $package_name = 'supervisor',
  Stdlib::Absolutepath   $config_file  = '/etc/supervisor/supervisord.conf',
  Stdlib::Absolutepath   $program_dir  = '/etc/supervisor/conf.d',
  Supervisord::Log_level $log_level    = 'info',
) {
  package { $package_name:
    ensure => installed,
  }

  file { $config_file:
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('supervisord/supervisord.conf.epp', {
        'program_dir' => $program_dir,
        'log_level'   => $log_level,
    }),
    require => Package[$package_name],
  }

  file { $program_dir:
    ensure  => directory,
    owner   => 'root',
    group   => 'root',
    mode    => '0755',
    recurse => true,
    purge   => true,
    require => Package[$package_name],
  }
}
