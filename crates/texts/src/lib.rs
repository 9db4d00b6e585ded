//! Every sentence a person reads, from the Fluent files in locales/, through typed accessors.
