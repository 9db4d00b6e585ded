//! What a browser or an API client meets: routes, pages, sessions, REST, assets.
