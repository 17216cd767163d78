"""The tables of satisfaction, by subject."""

from shouwen.assurance.satisfaction.models.answers import (
    Callback,
    CallState,
    Rating,
    Score,
    Solved,
    SubjectKind,
)
from shouwen.assurance.satisfaction.models.campaigns import (
    AskedWay,
    Campaign,
    CampaignRun,
    CampaignState,
    Drawn,
    DrawnState,
    Every,
    Had,
    Sample,
)
from shouwen.assurance.satisfaction.models.outside import OutsideStudy, StudyState
from shouwen.assurance.satisfaction.models.sending import (
    AskedAbout,
    AskedBy,
    Invitation,
    SurveyAnswer,
    SurveyLimit,
)
from shouwen.assurance.satisfaction.models.surveys import (
    Dimension,
    QuestionKind,
    Survey,
    SurveyKind,
    SurveyQuestion,
    SurveyVersion,
    VersionState,
)

__all__ = [
    "AskedAbout",
    "AskedBy",
    "AskedWay",
    "CallState",
    "Callback",
    "Campaign",
    "CampaignRun",
    "CampaignState",
    "Dimension",
    "Drawn",
    "DrawnState",
    "Every",
    "Had",
    "Invitation",
    "OutsideStudy",
    "QuestionKind",
    "Rating",
    "Sample",
    "Score",
    "Solved",
    "StudyState",
    "SubjectKind",
    "Survey",
    "SurveyAnswer",
    "SurveyKind",
    "SurveyLimit",
    "SurveyQuestion",
    "SurveyVersion",
    "VersionState",
]
