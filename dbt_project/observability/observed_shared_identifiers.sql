{{ config(alias='shared_identifiers') }}
with shared as (

    select * from {{ ref('canonical_shared_identifiers') }}

),

observed as (

    select
        kind,
        source_system,
        {{ email_hash('identifier') }} as identifier_hash,
        degree,
        reason
    from shared

)

select * from observed
