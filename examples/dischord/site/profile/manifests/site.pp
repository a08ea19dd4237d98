# @summary The pages of the site: one that is plain, one that PHP writes.
#
# @param document_root  where the web server looks for them
# @param heading        what the front page says
class profile::site (
  Stdlib::Absolutepath $document_root,
  String[1]            $heading,
) {
  file {
    default:
      owner => 'root',
      group => 'root',
      mode  => '0644',
      ;
    [dirname($document_root), $document_root]:
      ensure => directory,
      mode   => '0755',
      ;
    "${document_root}/index.html":
      ensure  => file,
      content => epp('profile/index.html.epp', { 'heading' => $heading }),
      ;
    "${document_root}/status.php":
      ensure => file,
      source => 'puppet:///modules/profile/status.php',
      ;
  }
}
