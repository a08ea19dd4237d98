//! The user's control repository: effigy.yaml and where things lie
