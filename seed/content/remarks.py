"""What goes back and forth over the papers: consultation answers, returns with their remarks, small decisions."""

from .shapes import AreaRef, ConsultationAnswer, MeasureRef, Remark, ReturnText

CONSULTATION_LETTER = (
    "现将《云川市妇女发展规划（2021—2030年）》《云川市儿童发展规划（2021—2030年）》任务分解表征求意见稿送你们。"
    "请核对涉及本单位的任务、角色和时限，于规定日期前一次性反馈，没有意见的也请答复。"
)

# Units not named here answer 无意见; those in SILENT do not answer at all.
CONSULTATION: tuple[ConsultationAnswer, ...] = (
    ConsultationAnswer(
        "市公安局",
        "原则同意。涉及我局的个别表述建议调整如下。",
        (
            Remark(
                MeasureRef("children", 2, 1),
                "水域警示设施由属地建设和管护，我局负责接处警和救援联动，建议列为共同责任。",
            ),
            Remark(MeasureRef("children", 4, 3), "失踪儿童查找已有专门流程，其余事项以支持配合为宜。"),
        ),
        "两条均采纳：防溺水一项列为共同责任单位，留守儿童一项列为支持单位。",
    ),
    ConsultationAnswer(
        "市卫生健康委",
        "同意承担所列任务。托育一项涉及用地和投资安排，单靠我委难以完成。",
        (
            Remark(
                MeasureRef("women", 6, 3), "托育设施布局需要发展改革、住房城乡建设部门参加，建议增加为责任或支持单位。"
            ),
        ),
        "采纳，增列市发展改革委为共同责任单位、市住房城乡建设局为支持单位。",
    ),
    ConsultationAnswer(
        "市农业农村局",
        "同意牵头妇女增收任务，对学生营养一项提出意见。",
        (
            Remark(
                MeasureRef("children", 1, 5), "学校食堂管理不属我局职责，建议由共同责任调整为支持，负责直供基地建设。"
            ),
            Remark(MeasureRef("women", 3, 3), "妇女专业合作社登记数据在市场监管部门，请明确数据提供方式。"),
        ),
        "第一条采纳；第二条不调整分工，数据由市妇儿工委办统一调取后转送。",
    ),
)
SILENT: tuple[str, ...] = ("市科协", "市税务局")

# The open round's two returned reports; the finished round's one was corrected and accepted.
RETURNS: tuple[ReturnText, ...] = (
    ReturnText(
        "市文化和旅游局",
        "open",
        "亲子阅读和文化活动的统计时段没有写明，请核对后补充完善。",
        5,
        (
            Remark(AreaRef("children", 5), "示范点38个与上半年报数的36个请说明新增地点，并补充农村地区占比。"),
            Remark(MeasureRef("children", 6, 2), "1466场请注明是截至填报日的实数还是全年预计数，并分县（区）列出。"),
        ),
    ),
    ReturnText(
        "市农业农村局",
        "open",
        "困难部分写到受灾影响，领域文字没有写明恢复措施和完成时间，请补充。",
        5,
        (
            Remark(AreaRef("women", 3), "请写明两个受灾基地尚未恢复的部分、采取的措施和预计完成的月份。"),
            Remark(MeasureRef("women", 3, 3), "请提供产销对接签约金额的依据，可附合同清单或会议纪要文号。"),
        ),
    ),
    ReturnText(
        "市总工会",
        "finished",
        "专项集体合同的签订率口径不清，下一年安排缺少可核对的数。",
        7,
        (
            Remark(MeasureRef("women", 3, 5), "请说明82.7%的分母是建会企业还是全部企业。"),
            Remark(AreaRef("women", 6), "托管班数量请区分暑期和常年，避免与教育部门数据重复。"),
        ),
    ),
)

RESUBMISSION_NOTE = "已按意见核对口径，签订率分母为已建立工会的企业，托管班均为暑期班，并补充了下一年目标数。"
REFUSAL_BY_LEADER = "困难和问题写得太笼统，请把涉及的乡镇和缺额写清楚后再送。"
EXTENSION_REQUEST = "我局分管负责同志正在参加培训，审签需延后三个工作日，请予延期。"
EXTENSION_ANSWER = "同意延期三个工作日，请于新的期限前报送。"
