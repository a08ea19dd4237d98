# @summary A program that supervisord keeps running. It has to stay in the foreground.
#
# What it prints becomes what the container prints: that is where `docker logs` looks.
#
# @example
#   supervisord::program { 'nginx':
#     command => '/usr/sbin/nginx',
#   }
#
# @param command      the program with its arguments; no shell reads it
# @param user         who runs it
# @param directory    where it runs
# @param environment  what is added to its environment
# @param priority     lower starts earlier and stops later
# @param autorestart  whether it is started again when it ends
# @param stop_signal  how it is asked to end
# @param stop_wait    seconds until it is killed
define supervisord::program (
  String[1]                          $command,
  String[1]                          $user        = 'root',
  Stdlib::Absolutepath               $directory   = '/',
  Hash[String[1], String]            $environment = {},
  Integer[0, 999]                    $priority    = 500,
  Boolean                            $autorestart = true,
  Enum['TERM', 'INT', 'QUIT', 'HUP'] $stop_signal = 'TERM',
  Integer[1]                         $stop_wait   = 10,
) {
  include supervisord

  file { "${supervisord::program_dir}/${title}.conf":
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('supervisord/program.conf.epp', {
        'program'     => $title,
        'command'     => $command,
        'user'        => $user,
        'directory'   => $directory,
        'environment' => $environment,
        'priority'    => $priority,
        'autorestart' => $autorestart,
        'stop_signal' => $stop_signal,
        'stop_wait'   => $stop_wait,
    }),
  }
}
