from flask import Blueprint

staff = Blueprint("appointments", "helpdesk.appointments", template_folder="templates", url_prefix="/desk/<desk_id>")
