with credit_intervals as (

    select * from {{ ref('stg_estimates__credit_intervals') }}

),

markov_intervals as (

    select * from {{ ref('stg_estimates__markov_intervals') }}

),

credit_shares as (

    select * from {{ ref('int_attribution__credit_shares') }}

),

journey_transitions as (

    select * from {{ ref('int_attribution__journey_transitions') }}

),

models as (

    select * from {{ ref('int_attribution__models') }}

),

type_numbers as (

    select * from {{ ref('int_attribution__type_numbers') }}

),

channel_numbers as (

    select * from {{ ref('int_attribution__channel_numbers') }}

),

-- Numbers are those of one build: the intervals of other journeys aren't these channels'.
of_credits as (

    select
        type_no,
        {{ rows_checksum(['journey_no', 'model_no', 'channel_no', 'credit', 'value']) }} as checksum
    from credit_shares
    group by type_no

),

of_transitions as (

    select
        {{ rows_checksum(
            ['type_no', 'lost_types', 'journey_no', 'from_no', 'to_no', 'channel_no', 'journeys', 'value']
        ) }} as checksum
    from journey_transitions

),

current_intervals as (

    select credit_intervals.*
    from credit_intervals
    inner join of_credits
        on credit_intervals.type_no = of_credits.type_no
        and credit_intervals.checksum = of_credits.checksum
    union all
    select
        markov_intervals.type_no,
        models.model_no,
        markov_intervals.channel_no,
        markov_intervals.checksum,
        markov_intervals.conversions_low,
        markov_intervals.conversions_high,
        markov_intervals.value_low,
        markov_intervals.value_high
    from markov_intervals
    inner join of_transitions
        on markov_intervals.checksum = of_transitions.checksum
    cross join models
    where models.model = 'markov'

),

intervals as (

    select
        type_numbers.conversion_type,
        models.model,
        channel_numbers.channel,
        current_intervals.conversions_low,
        current_intervals.conversions_high,
        current_intervals.value_low,
        current_intervals.value_high
    from current_intervals
    inner join type_numbers
        on current_intervals.type_no = type_numbers.type_no
    inner join models
        on current_intervals.model_no = models.model_no
    inner join channel_numbers
        on current_intervals.channel_no = channel_numbers.channel_no

)

select * from intervals
