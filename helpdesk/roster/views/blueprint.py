from flask import Blueprint

staff = Blueprint("roster", "helpdesk.roster", template_folder="templates", url_prefix="/desk/<desk_id>")
