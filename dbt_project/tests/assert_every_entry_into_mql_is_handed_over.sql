-- Fails if somebody who became mql has no handover, or the first one isn't of that moment, or handovers are not numbered from 1
-- in time.
with handovers as (

    select * from {{ ref('fct_handover') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

numbered as (

    select
        *,
        row_number() over (partition by person_key order by mql_at asc nulls last) as place
    from handovers

)

select people.person_key
from people
left join handovers
    on people.person_key = handovers.person_key
    and handovers.handover_no = 1
where people.became_mql_at is not null
    and coalesce(people.became_mql_at != handovers.mql_at, true)
union all
select person_key
from numbered
where place != handover_no
