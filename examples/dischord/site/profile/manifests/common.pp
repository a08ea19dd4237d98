# @summary What every image is: no ssh, and supervisord with the programs that its role names.
#
# @param unwanted  packages that have no place in a container
class profile::common (
  Array[String[1]] $unwanted = ['openssh-server', 'openssh-sftp-server', 'openssh-client'],
) {
  # Whoever wants a shell in a container has `docker exec`.
  package { $unwanted:
    ensure => purged,
  }

  include supervisord

  # Each level of the hierarchy may add programs, or change one of those below it.
  create_resources('supervisord::program', lookup('service', Hash[String[1], Hash], 'deep', {}))
}
