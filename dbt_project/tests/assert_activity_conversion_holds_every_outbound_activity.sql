-- Fails if fct_activity_conversion has more or fewer outbound activities than there are, or credits more meetings, opportunities
-- or won deals than happened.
with supplied as (

    select
        count(case when direction = 'outbound' then 1 end) as activities,
        count(case when type = 'meeting' then 1 end) as meetings
    from {{ ref('fct_activities') }}

),

converted as (

    select
        count(case when conversion_type = 'opportunity' then 1 end) as opportunities,
        count(case when conversion_type = 'won' then 1 end) as wins
    from {{ ref('fct_conversions') }}

),

counted as (

    select
        coalesce(sum(activities), 0) as activities,
        coalesce(sum(meetings), 0) as meetings,
        coalesce(sum(opportunities), 0) as opportunities,
        coalesce(sum(wins), 0) as wins
    from {{ ref('fct_activity_conversion') }}

)

select
    counted.activities,
    counted.meetings,
    counted.opportunities,
    counted.wins
from counted
cross join supplied
cross join converted
where counted.activities != supplied.activities
    or counted.meetings > supplied.meetings
    or counted.opportunities > converted.opportunities
    or counted.wins > converted.wins
