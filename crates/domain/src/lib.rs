//! Ids, money, time spans, states, roles and permissions: the words every other room uses.
