-- Fails if the bands of a segment, or the values of a segment name, don't sum to their total, or the total isn't every answer.
with feedback_retention as (

    select * from {{ ref('fct_feedback_retention') }}

),

sums as (

    select
        survey_type,
        segment_name,
        score_band = 'all' as is_total,
        sum(responses) as responses,
        sum(followed_responses) as followed_responses,
        sum(retained_responses) as retained_responses
    from feedback_retention
    group by survey_type, segment_name, score_band = 'all'

),

answers as (

    select
        survey_type,
        count(*) as responses
    from {{ ref('canonical_feedback') }}
    group by survey_type

),

totals as (

    select * from sums
    where segment_name = 'all' and is_total

)

select
    answers.survey_type,
    sums.segment_name,
    sums.is_total
from answers
left join totals
    on answers.survey_type = totals.survey_type
left join sums
    on answers.survey_type = sums.survey_type
where
    sums.responses is null
    or sums.responses != answers.responses
    or sums.followed_responses != totals.followed_responses
    or sums.retained_responses != totals.retained_responses
