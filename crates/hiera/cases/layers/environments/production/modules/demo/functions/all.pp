function demo::all($options, $context) {
  { 'from_hash' => $options['word'], 'options' => $options, 'interpolated' => '%{role}' }
}
