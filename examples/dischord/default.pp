# The one manifest of every image. It names no role: Hiera's `classes` does, from the facts of the image.

# Programs are found where a login shell would find them, so that no exec has to spell its path out.
Exec {
  path => ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
}

# Every level of the hierarchy adds to the list: common brings what all images share, a role what it is for.
lookup('classes', Array[String[1]], 'unique').include
