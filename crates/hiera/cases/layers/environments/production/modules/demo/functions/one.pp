function demo::one($key, $options, $context) {
  case $key {
    'from_key': { $context.explain || { 'told by demo::one' } "${key} %{role}" }
    'uri': { $options["uri"] }
    default: { $context.not_found }
  }
}
