//! The macro that turns the table of events into kinds, payloads and what is known of them.

/// One entry: doc sentence, feeds with their records, data class, type suffix, whether it is informational, payload.
macro_rules! events {
    (@only_tells) => { false };
    (@only_tells informational) => { true };
    ($(
        $(#[doc = $doc:literal])+
        [$($feed:literal / $aggregate:literal),+; $class:ident; $suffix:literal $(; $informational:ident)?]
        $name:ident { $($(#[$meta:meta])* $([$default:ident])? $field:ident: $type:ty,)* }
    )+) => {
        /// Every kind of event there is.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Kind {
            /// All of them, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The kind in stores and on feeds, `OrderPlaced`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            /// Aggregate and event of its type, `order.placed`.
            pub const fn suffix(self) -> &'static str {
                match self { $(Self::$name => $suffix,)+ }
            }

            /// The feeds that carry it, each with the kind of record it is about.
            pub const fn sources(self) -> &'static [Source] {
                match self { $(Self::$name => &[$(Source { feed: $feed, aggregate: $aggregate },)+],)+ }
            }

            /// How carefully its payload is handled.
            pub const fn data_class(self) -> DataClass {
                match self { $(Self::$name => DataClass::$class,)+ }
            }

            /// Whether it only tells: nothing of ours acts on it.
            pub const fn is_informational(self) -> bool {
                match self { $(Self::$name => events!(@only_tells $($informational)?),)+ }
            }

            /// The sentence of the table that says what happened.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// The schema of its payload.
            pub fn schema(self) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                match self { $(Self::$name => <$name as utoipa::PartialSchema>::schema(),)+ }
            }

            /// The kind of that name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
            }
        }

        impl std::fmt::Display for Kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::fmt::Debug for Kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        /// An event's payload with its kind, as a reader matches on it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event {
            $($(#[doc = $doc])+ $name($name),)+
        }

        impl Event {
            /// Reads a payload as the kind says.
            pub fn read(kind: &str, data: &[u8]) -> Result<Self, EventError> {
                let kind = Kind::parse(kind).ok_or_else(|| EventError::UnknownKind(kind.to_owned()))?;
                let unreadable = |source| EventError::Unreadable { kind, source };
                Ok(match kind {
                    $(Kind::$name => Self::$name(serde_json::from_slice(data).map_err(unreadable)?),)+
                })
            }

            /// The kind of event that the payload is of.
            pub fn kind(&self) -> Kind {
                match self { $(Self::$name(_) => Kind::$name,)+ }
            }
        }

        $(
            $(#[doc = $doc])+
            #[derive(
                Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
            )]
            #[serde(rename_all = "camelCase")]
            pub struct $name {
                $(
                    $(#[$meta])*
                    $(#[serde($default, skip_serializing_if = "Option::is_none")])?
                    pub $field: $type,
                )*
            }

            impl EventData for $name {
                const KIND: Kind = Kind::$name;
            }
        )+
    };
}
pub(super) use events;
