# @summary A location of a virtual host: files by default, PHP or anything else that speaks FastCGI if asked.
#
# @example
#   nginx::location { 'example php':
#     server       => 'www.example.org',
#     path         => '~ \.php$',
#     fastcgi_pass => 'unix:/run/php/php-fpm.sock',
#   }
#
# @param server        the title of the nginx::server that it belongs to
# @param path          what it matches, with nginx's modifier if any: `/images/`, `= /favicon.ico`, `~ \.php$`
# @param fastcgi_pass  the socket or address of a FastCGI server
# @param try_files     what to look for, in this order, e.g. `['$uri', '$uri/', '=404']`
# @param directives    any other directive and its value
define nginx::location (
  String[1]                                             $server,
  String[1]                                             $path,
  Optional[Pattern[/\Aunix:\/.+\z/, /\A[^:\s]+:\d+\z/]] $fastcgi_pass = undef,
  Array[String[1]]                                      $try_files    = [],
  Hash[String[1], String[1]]                            $directives   = {},
) {
  include nginx

  $file_name = regsubst($title, '[^A-Za-z0-9._-]+', '-', 'G')

  file { "${nginx::config_dir}/locations/${server}/${file_name}.conf":
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('nginx/location.epp', {
        'path'         => $path,
        'fastcgi_pass' => $fastcgi_pass,
        'try_files'    => $try_files,
        'directives'   => $directives,
    }),
    notify  => Service['nginx'],
  }
}
