-- How much the models disagree about the same conversions, from 0 (alike) to 1 (nothing in common).
select conversion_type, share_distance, verdict
from marts.fct_model_disagreement
where model = 'all'
order by conversion_type
