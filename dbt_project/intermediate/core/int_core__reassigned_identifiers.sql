{%- set always = "cast('0001-01-01' as " ~ dbt.type_timestamp() ~ ")" -%}
{%- set open_end = "cast('9999-12-31' as " ~ dbt.type_timestamp() ~ ")" -%}
with undone as (

    select * from {{ ref('int_core__undone_merges') }}

),

claims as (

    select
        node_no,
        person_key,
        cast(null as {{ dbt.type_timestamp() }}) as merged_at,
        coalesce(valid_from, {{ always }}) as valid_from,
        coalesce(valid_to, {{ open_end }}) as valid_to
    from {{ ref('int_core__identifier_assignments') }}
    where node_no in (select node_no from undone)
    union all
    select node_no, person_key, merged_at, valid_from, valid_to
    from undone

),

moments as (

    select node_no, valid_from as moment from claims
    union
    select node_no, valid_to as moment from claims

),

stretches as (

    select
        node_no,
        moment as valid_from,
        lead(moment) over (partition by node_no order by moment) as valid_to
    from moments

),

-- A merge, as long as it stood, goes before what is known without it; the last of several before the others.
ranked as (

    select
        stretches.node_no,
        claims.person_key,
        stretches.valid_from,
        stretches.valid_to,
        row_number() over (
            partition by stretches.node_no, stretches.valid_from
            order by claims.merged_at desc nulls last, claims.person_key
        ) as claim_no
    from stretches
    inner join claims
        on stretches.node_no = claims.node_no
        and stretches.valid_from >= claims.valid_from
        and stretches.valid_from < claims.valid_to

),

changes as (

    select
        *,
        case
            when lag(person_key) over (partition by node_no order by valid_from) = person_key
                and lag(valid_to) over (partition by node_no order by valid_from) = valid_from
                then 0
            else 1
        end as is_change
    from ranked
    where claim_no = 1

),

numbered as (

    select
        *,
        sum(is_change) over (partition by node_no order by valid_from rows unbounded preceding) as assignment_no
    from changes

),

reassigned as (

    select
        node_no,
        person_key,
        nullif(min(valid_from), {{ always }}) as valid_from,
        nullif(max(valid_to), {{ open_end }}) as valid_to
    from numbered
    group by node_no, person_key, assignment_no

)

select * from reassigned
