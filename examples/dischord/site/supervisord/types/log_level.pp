# @summary How much supervisord says, from least to most.
type Supervisord::Log_level = Enum['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather']
